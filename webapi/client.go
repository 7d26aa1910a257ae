package webapi

func (s *Server) clientMethods() []method { return nil }
