package webapi

func (s *Server) manageMethods() []method { return nil }
