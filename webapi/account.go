package webapi

func (s *Server) accountMethods() []method { return nil }
