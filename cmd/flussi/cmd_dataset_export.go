package main

import (
	"context"

	"github.com/spf13/cobra"

	"flussi/internal/dataset"
	"flussi/internal/spool"
)

func (a *app) datasetExportCommand() *cobra.Command {
	var out, year string
	var formats []string
	cmd := &cobra.Command{
		Use:     "export [DIR] --out OUT [--format parquet|csv|xlsx] [--year AAAA]",
		Short:   a.text(textDatasetExportShort),
		Long:    a.text(textDatasetExportLong),
		Example: a.text(textDatasetExportExample),
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.exportDataset(cmd.Context(), append(args, ".")[0], out, year, formats)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", a.text(textFlagExportOut))
	cmd.Flags().StringVar(&year, "year", "", a.text(textFlagExportYear))
	cmd.Flags().StringSliceVar(&formats, "format", []string{string(dataset.FlatParquet)}, a.text(textFlagExportFormat))
	require(cmd, "out")
	return cmd
}

// exportDataset writes a release flat, from its files alone.
func (a *app) exportDataset(ctx context.Context, dir, out, year string, formats []string) error {
	o := dataset.FlatOptions{Year: year}
	for _, name := range formats {
		format, err := dataset.ParseFlatFormat(name)
		if err != nil {
			return err
		}
		o.Formats = append(o.Formats, format)
	}
	files, err := dataset.Export(ctx, spool.OS, dir, out, o)
	if err != nil {
		return err
	}
	for _, f := range files {
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				Path        string `json:"path"`
				Bytes       int64  `json:"bytes"`
				SHA256      string `json:"sha256"`
			}{"exported", f.Path, f.Bytes, f.SHA256})
			continue
		}
		a.print(f.Path)
	}
	return nil
}
