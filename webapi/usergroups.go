package webapi

func (s *Server) usergroupsMethods() []method { return nil }
