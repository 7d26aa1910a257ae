package webapi

func (s *Server) draftsMethods() []method { return nil }
