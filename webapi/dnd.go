package webapi

func (s *Server) dndMethods() []method { return nil }
