package config

import (
	"errors"
	"strings"
)

// SplitShellWords splits text into arguments as a shell would, with quotes and backslashes and without any expansion:
// a dollar sign or a backtick is an ordinary character.
func SplitShellWords(text string) ([]string, error) {
	var (
		words  []string
		word   strings.Builder
		inWord bool
		quote  rune
		escape bool
	)
	for _, c := range text {
		switch {
		case escape:
			// Inside double quotes a backslash stays unless it protects something.
			if quote == '"' && c != '"' && c != '\\' {
				word.WriteRune('\\')
			}
			word.WriteRune(c)
			escape = false
		case c == '\\' && quote != '\'':
			escape, inWord = true, true
		case quote != 0:
			if c == quote {
				quote = 0
			} else {
				word.WriteRune(c)
			}
		case c == '\'' || c == '"':
			quote, inWord = c, true
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteRune(c)
			inWord = true
		}
	}
	switch {
	case quote != 0:
		return nil, errors.New("a quote is opened and not closed")
	case escape:
		return nil, errors.New("it ends with a backslash that protects nothing")
	case inWord:
		words = append(words, word.String())
	}
	return words, nil
}
