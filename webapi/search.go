package webapi

func (s *Server) searchMethods() []method { return nil }
