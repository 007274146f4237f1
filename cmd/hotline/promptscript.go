package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/plan"
)

func (p *program) scriptCommand(file *string) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "script [--out FILE.csv]", Short: "台词本 / the script for a studio: each clip, its text and where it is heard", Args: cobra.NoArgs,
		Example: "  hotline prompt script --out script.csv",
		RunE: func(cmd *cobra.Command, _ []string) error {
			compiled, err := p.planOfPrompts(cmd.Context(), *file)
			if err != nil {
				return err
			}
			clips, err := p.clips(compiled)
			if err != nil {
				return err
			}
			if p.json && out == "" {
				return p.writeJSON(clips)
			}
			written, err := script(clips)
			if err != nil {
				return err
			}
			if out == "" {
				_, err = p.out.Write(written)
				return err
			}
			// Spreadsheets take a CSV for GBK unless a mark says that it is not.
			if err := os.WriteFile(out, append([]byte("\ufeff"), written...), 0o644); err != nil {
				return err
			}
			return p.done(fmt.Sprintf("台词本已写 / the script is written: %s (%d)", out, len(clips)))
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "写入文件 / file to write; standard output if left out")
	return cmd
}

// script is the clips as CSV, a line each.
func script(clips []clip) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"名称 clip", "交付文件 file", "台词 text", "字数 characters", "现状 state", "号码 numbers", "城市 cities", "流程与步骤 flows and steps"}}
	for i := range clips {
		c := &clips[i]
		rows = append(rows, append([]string{
			c.Clip, c.Clip + ".wav", c.Text, fmt.Sprint(characters(c.Text)), both(clipStates, c.State),
		}, where(c.Heard)...))
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// mostPlaces are as many as a cell of the script names.
const mostPlaces = 40

// where a clip is heard: the numbers, the cities, the steps.
func where(heard []plan.Hearing) []string {
	if len(heard) == 0 {
		return []string{"", "", "坐席听到,或由系统使用 heard by agents, or used by the server"}
	}
	var numbers, cities, steps []string
	for _, h := range heard {
		note(&numbers, h.Number)
		note(&cities, h.City+h.Area)
		note(&steps, h.Flow+" "+h.Step)
	}
	return []string{some(numbers), some(cities), some(steps)}
}

func note(to *[]string, word string) {
	if word != "" && len(*to) <= mostPlaces && !slices.Contains(*to, word) {
		*to = append(*to, word)
	}
}

func some(words []string) string {
	if len(words) > mostPlaces {
		return strings.Join(words[:mostPlaces], "; ") + "; …"
	}
	return strings.Join(words, "; ")
}

// characters are those that are spoken.
func characters(text string) (n int) {
	for _, r := range text {
		if !strings.ContainsRune("，。、：；？！,.:;?! ", r) {
			n++
		}
	}
	return n
}
