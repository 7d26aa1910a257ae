package webapi

func (s *Server) unfurlMethods() []method { return nil }
