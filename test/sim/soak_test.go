package sim

import (
	"fmt"
	"testing"
)

func TestSoak(t *testing.T) {
	for seed := range uint64(25) {
		for i, f := range []func(o *Options){
			func(o *Options) { o.Disk.Full = true }, func(o *Options) { o.Disk.Stalls = 300 }, func(o *Options) { o.Disk.Fails = 300 },
			func(o *Options) { o.Power, o.Kills = true, 1500 }, func(o *Options) { o.Kills = 300 }, func(o *Options) { o.Kills = 300; o.Power = true },
			func(o *Options) { o.Disk.Stalls = 300; o.Disk.Fails = 1000; o.Kills = 600 },
		} {
			t.Run(fmt.Sprint(seed, "-", i), func(t *testing.T) {
				o := day(1000+seed, 300)
				f(&o)
				w := New(o)
				if err := w.Run(); err != nil {
					t.Errorf("%v", err)
				}
				if seed == 0 {
					t.Logf("%+v", w.Result())
				}
			})
		}
	}
}
