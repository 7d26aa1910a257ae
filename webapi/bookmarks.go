package webapi

func (s *Server) bookmarksMethods() []method { return nil }
