package webapi

func (s *Server) remindersMethods() []method { return nil }
