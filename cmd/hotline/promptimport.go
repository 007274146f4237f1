package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/ivr/prompt/studio"
)

// imported is a recording that was taken.
type imported struct {
	Clip   string  `json:"clip"`
	File   string  `json:"file"`
	Length float64 `json:"seconds"`
	Level  float64 `json:"level_db"` // as it was delivered; clips are at -22
	Gain   float64 `json:"gain_db"`
	Remark string  `json:"remark,omitempty"`
	wav    []byte
}

func (p *program) importCommand(file *string) *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use: "import DIR", Short: "导入录音室交付的 WAV / take a studio's recordings: NAME.wav for each clip", Args: cobra.ExactArgs(1),
		Long: `读取目录里的 名称.wav(任意采样率、声道、位深),转换为电话音、裁去首尾静音、统一响度,写入数据目录的 prompts,并让运行中的服务立即使用。
要么全部导入,要么一个也不动。

Takes every NAME.wav of the folder, at any rate, of any channels and bits; makes telephone sound of it, cuts the silence around it, levels it,
writes it into the data folder's prompts, and has the running server use it at once. All of them or none.`,
		Example: "  hotline prompt import ./录音交付\n  hotline prompt import ./录音交付 --dry-run",
		RunE: func(cmd *cobra.Command, args []string) error {
			compiled, err := p.planOfPrompts(cmd.Context(), *file)
			if err != nil {
				return err
			}
			taken, passed, err := p.convert(args[0], texts(compiled))
			if err != nil {
				return err
			}
			word := "试算无误,未导入 / nothing was imported: a dry run"
			if !dry {
				if word, err = p.take(cmd.Context(), taken); err != nil {
					return err
				}
			}
			return p.showImported(taken, passed, word)
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "只检查,不导入 / check only, change nothing")
	return cmd
}

// take puts the recordings in their place and has the server use them.
func (p *program) take(ctx context.Context, taken []imported) (word string, err error) {
	wavs := map[string][]byte{}
	for i := range taken {
		wavs[taken[i].Clip+".wav"] = taken[i].wav
	}
	if err := storePrompts(p.data, wavs); err != nil {
		return "", err
	}
	client := p.client()
	defer client.Close()
	_, err = client.ReloadPrompts(ctx)
	switch {
	case errors.Is(err, api.ErrNoServer):
		return "已导入,服务启动时使用 / imported, for the server's next start", nil
	case err != nil:
		return "", fmt.Errorf("the recordings are in %s, but the server did not take them: %w", filepath.Join(p.data, "prompts"), err)
	}
	return "已导入并使用 / imported and in use", nil
}

// convert makes clips of a folder's files. One fault is enough for none to be
// taken; all are named.
func (p *program) convert(folder string, said map[string]string) (taken []imported, passed []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, err
	}
	var faults config.Faults
	for _, entry := range entries {
		file := entry.Name()
		extension := filepath.Ext(file)
		name := strings.TrimSuffix(file, extension)
		_, known := said[name]
		known = known || name == prompt.Music
		twice := slices.ContainsFunc(taken, func(x imported) bool { return x.Clip == name })
		switch {
		case strings.HasPrefix(file, "."):
		case entry.IsDir(), !strings.EqualFold(extension, ".wav") && !known:
			passed = append(passed, file)
		case !strings.EqualFold(extension, ".wav"):
			faults.Add(file, 0, "is no WAV file: deliver %s.wav", name)
		case !known:
			faults.Add(file, 0, "no clip has this name: see `hotline prompt script`, or add it to the plan's sounds")
		case twice:
			faults.Add(file, 0, "the clip %s is there twice", name)
		default:
			x, err := record(folder, file, name, said[name])
			if err != nil {
				faults.Add(file, 0, "%v", err)
				continue
			}
			taken = append(taken, *x)
		}
	}
	if err := p.others(taken, &faults); err != nil {
		return nil, nil, err
	}
	switch {
	case len(faults) > 0:
		return nil, nil, refuse("录音有误,一个也未导入", "nothing was imported, files with faults: %d\n%s", len(faults), indented(faults.Error()))
	case len(taken) == 0:
		return nil, nil, refuse("目录里没有录音", "no recordings: %s has no NAME.wav", folder)
	}
	return taken, passed, nil
}

// others are the recordings that stay. One of them that is no sound would keep
// the server from taking the new ones.
func (p *program) others(taken []imported, faults *config.Faults) error {
	own, err := p.recordings()
	if err != nil {
		return err
	}
	var names []string
	for name, fault := range own {
		if fault != nil && !slices.ContainsFunc(taken, func(x imported) bool { return x.Clip == name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		faults.Add(filepath.Join(p.data, "prompts", name+".wav"), 0, "%v: replace or remove it", own[name])
	}
	return nil
}

// record makes a clip of a file.
func record(folder, file, name, text string) (*imported, error) {
	path := filepath.Join(folder, file)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("is no file")
	case info.Size() > studio.MaxFile:
		return nil, fmt.Errorf("%d bytes: a file has at most %d", info.Size(), studio.MaxFile)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	recording, err := studio.Read(data)
	if err != nil {
		return nil, err
	}
	ready := studio.Speech
	if name == prompt.Music {
		ready = studio.Music
	}
	made, err := ready(recording)
	if err != nil {
		return nil, err
	}
	return &imported{
		Clip: name, File: file, Length: made.Length().Seconds(), Level: tenth(made.Level), Gain: tenth(made.Gain),
		Remark: remark(made, text), wav: prompt.Encode(made.Samples),
	}, nil
}

// remark is what a person should listen to once more.
func remark(made *studio.Clip, text string) string {
	var out []string
	if made.Overdriven {
		out = append(out, "录音过载失真 overdriven")
	}
	// Mandarin is spoken at three to six characters a second.
	n := time.Duration(characters(text))
	least, most := n*100*time.Millisecond, n*500*time.Millisecond+time.Second
	if n > 0 && (made.Length() < least || made.Length() > most) {
		out = append(out, "长短与台词不符 its length does not fit the text")
	}
	return strings.Join(out, "; ")
}

func (p *program) showImported(taken []imported, passed []string, word string) error {
	if p.json {
		return p.writeJSON(taken)
	}
	head := []string{"名称 clip", "文件 file", ">时长 length s", ">原响度 level dB", ">增益 gain dB", "请复听 listen again"}
	err := list(p, taken, "", head, func(x *imported) []string {
		return []string{x.Clip, x.File, fmt.Sprintf("%.2f", x.Length), fmt.Sprintf("%.1f", x.Level), fmt.Sprintf("%+.1f", x.Gain), x.Remark}
	})
	if err != nil {
		return err
	}
	if len(passed) > 0 {
		if err := p.say("略过 / passed over: %s", strings.Join(passed, ", ")); err != nil {
			return err
		}
	}
	return p.say("%s: %d", word, len(taken))
}
