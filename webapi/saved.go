package webapi

func (s *Server) savedMethods() []method { return nil }
