// Package prompt holds the clips that callers and agents hear: their texts,
// the embedded recordings that `make prompts` made of them, and how numbers
// are spelled from clips.
package prompt

import (
	"embed"
	"strings"
)

// Clips that the code itself names.
const (
	Music        = "music"           // the caller waits, or is held
	Calling      = "calling"         // …来电
	Failed       = "transfer-failed" // 转接未成功
	Transferring = "transferring"    // to the caller: 正在为您转接
	Returned     = "returned"        // 您的来电已由一二三四五接回
	ChannelsBusy = "channels-busy"   // 该分中心坐席忙
	agentNo      = "agent-number"    // 工号
	serving      = "serving"         // 为您服务
)

// hotline is the one number that is a clip of its own.
const hotline = "12345"

//go:embed texts.csv
var texts string

//go:embed clips/*.wav
var clips embed.FS

// Text is a clip's name and what it says.
type Text struct{ Name, Text string }

// Texts returns the clips that are spoken, in the order of texts.csv.
func Texts() []Text {
	var out []Text
	for line := range strings.Lines(texts) {
		name, text, ok := strings.Cut(strings.TrimSpace(line), ",")
		if ok {
			out = append(out, Text{Name: name, Text: text})
		}
	}
	return out
}

// Names returns every embedded clip's name.
func Names() []string {
	names := []string{Music}
	for _, t := range Texts() {
		names = append(names, t.Name)
	}
	return names
}

// departments begins the names of clips that say a department's name.
const departments = "department-"

// Department returns the clip that says a department's name as the ledger has
// it: 省市场监管局.
func Department(name string) (clip string, ok bool) {
	for _, t := range Texts() {
		if t.Text == name && strings.HasPrefix(t.Name, departments) {
			return t.Name, true
		}
	}
	return "", false
}

// WAV returns the embedded recording: RIFF, A-law, 8 kHz, one channel.
func WAV(name string) ([]byte, bool) {
	data, err := clips.ReadFile("clips/" + name + ".wav")
	return data, err == nil
}

// Samples returns the embedded recording's A-law samples, without the header.
func Samples(name string) ([]byte, bool) {
	wav, _ := WAV(name)
	samples, err := Decode(wav)
	return samples, err == nil
}

// Number spells a dialled number as people say it: 12345 as a clip of its own,
// others digit by digit with 幺 for 1 (12331: 幺二三三幺).
func Number(number string) []string {
	if number == hotline {
		return []string{hotline}
	}
	return spell(number, "digit-yao")
}

// Serving is 工号…为您服务, the agent's number with 一 for 1.
func Serving(agent string) []string {
	out := append([]string{agentNo}, spell(agent, "digit-1")...)
	return append(out, serving)
}

// From is 幺幺零转来, of a trunk whose origin is one of the emergency services;
// nothing of any other.
func From(origin string) []string {
	switch origin {
	case "110", "119", "120", "122":
		return []string{"from-" + origin}
	}
	return nil
}

// spell leaves out what is no digit.
func spell(number, one string) []string {
	var out []string
	for _, r := range number {
		switch {
		case r == '1':
			out = append(out, one)
		case r >= '0' && r <= '9':
			out = append(out, "digit-"+string(r))
		}
	}
	return out
}
