package gather

// scales weigh answers, so that as many keys are asked for at once as one query's
// answers may weigh.
type scales[V any] struct {
	of   func(V) int
	most float64 // of one query

	// Of the last queries, the older the less.
	answers, weight float64
}

// unweighed is how many keys are asked for while nobody knows what answers weigh.
const unweighed = 200

// Weigh bounds what the answers to one query weigh, as far as the last ones tell. It is
// for whoever made the Gatherer, before the first question.
func (g *Gatherer[K, V]) Weigh(most int, of func(V) int) *Gatherer[K, V] {
	g.scales = &scales[V]{of: of, most: float64(most), answers: unweighed, weight: float64(most)}
	g.batch = min(g.limits.Batch, unweighed)
	if g.aside != nil {
		g.aside.by.Weigh(most, of)
	}
	return g
}

// learn sets how many keys the next query has.
func (g *Gatherer[K, V]) learn(answers map[K]V) {
	if g.scales == nil {
		return
	}
	weight := 0
	for _, v := range answers {
		weight += g.scales.of(v)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.scales
	s.answers, s.weight = s.answers/2+float64(len(answers)), s.weight/2+float64(weight)
	g.batch = int(min(max(s.most*s.answers/max(s.weight, 1), 1), float64(g.limits.Batch)))
}
