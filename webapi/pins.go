package webapi

func (s *Server) pinsMethods() []method { return nil }
