package core_test
import ("testing"; "math/rand/v2"; "os"; "strconv"; "fmt")
func BenchmarkWorld(b *testing.B) { t := &testing.T{}; for b.Loop() { w := newWorld(t); w.end() } }
func TestSoak(t *testing.T) {
 total := map[string]int{}; defer func() { fmt.Println(total) }()
  from, _ := strconv.Atoi(os.Getenv("FROM")); to, _ := strconv.Atoi(os.Getenv("TO"))
  for seed := from; seed < to; seed++ {
   t.Run(fmt.Sprint(seed), func(t *testing.T) {
    r := rand.New(rand.NewPCG(uint64(seed), 1))
    w := newWorld(t)
    script := make([]byte, r.IntN(60))
    for i := range script { script[i] = byte(r.Uint32()) }
    for range 10 + r.IntN(150) {
      op := byte(r.Uint32())
      if r.IntN(3) == 0 { op = 0 }
      if r.IntN(8) == 0 { op = 5 }
      if len(script) > 4 { for i := range 4 { script[i] = byte(r.Uint32()) } }
      arg := byte(r.Uint32())
      if os.Getenv("V") != "" { t.Logf("op %d arg %d now %v flight %d calls", op%16, arg, w.now, len(w.flight)) }
      w.fuzzStep(op, arg, script)
    }
    w.end()
    for _, o := range w.seen { total[o]++ }
   })
  }
}
