package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/spool"
)

func (a *app) schemaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schema",
		Short: a.text(textSchemaShort),
		Long:  a.text(textSchemaLong),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var out string
	codes := &cobra.Command{
		Use:     "codes",
		Short:   a.text(textSchemaCodesShort),
		Long:    a.text(textSchemaCodesLong),
		Example: a.text(textSchemaCodesExample),
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.codeTables(out) },
	}
	codes.Flags().StringVar(&out, "out", "", a.text(textFlagCodesOut))
	cmd.AddCommand(a.schemaShowCommand(), a.schemaDiffCommand(), a.schemaTemplateCommand(), codes)
	return cmd
}

// codeTables lists the built-in code tables, and writes them into out.
func (a *app) codeTables(out string) error {
	type table struct {
		File string `json:"file"`
		Rows int    `json:"rows"`
		Path string `json:"path,omitempty"`
		text []byte
	}
	var tables []table
	for _, file := range schema.CodeTables() {
		var text bytes.Buffer
		if err := schema.WriteCodes(&text, file); err != nil {
			return err
		}
		t := table{File: file, Rows: bytes.Count(text.Bytes(), []byte("\n")) - 1, text: text.Bytes()}
		if out != "" {
			t.Path = filepath.Join(out, file)
			if _, err := os.Lstat(t.Path); !errors.Is(err, fs.ErrNotExist) {
				return &flusso.Error{Op: "write", Kind: flusso.Exists, ID: t.Path, What: textCodesExist, Hint: hintCodesExist, Err: err}
			}
		}
		tables = append(tables, t)
	}
	if out != "" {
		if err := os.MkdirAll(out, 0o755); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		for _, t := range tables {
			if err := spool.WriteFile(spool.OS, t.Path, 0o644, func(w io.Writer) error {
				_, err := w.Write(t.text)
				return err
			}); err != nil {
				return fmt.Errorf("write code table: %w", err)
			}
		}
	}
	if a.json {
		a.emit(struct {
			MessageType string  `json:"message_type"`
			Tables      []table `json:"tables"`
		}{"codes", tables})
		return nil
	}
	for _, t := range tables {
		a.print(fmt.Sprintf("%-16s %6d  %s", t.File, t.Rows, a.text(codesText[t.File])))
	}
	if out != "" {
		a.printf(textCodesWritten, out)
	}
	return nil
}
