package webapi

func (s *Server) subscriptionsMethods() []method { return nil }
