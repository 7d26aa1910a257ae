package webapi

func (s *Server) filesMethods() []method { return nil }
