package webapi

func (s *Server) scheduledMethods() []method { return nil }
