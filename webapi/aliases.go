package webapi

func (s *Server) aliasMethods() []method { return nil }
