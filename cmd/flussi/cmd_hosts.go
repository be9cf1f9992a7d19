package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"flussi/internal/config"
	"flussi/internal/config/strict"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

func (a *app) hostsCommand() *cobra.Command {
	hosts := &cobra.Command{
		Use:   "hosts",
		Short: a.text(textHostsShort),
		Long:  a.text(textHostsLong),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	ls := &cobra.Command{
		Use:     "ls",
		Short:   a.text(textHostsLsShort),
		Example: "  flussi hosts ls\n  flussi hosts ls --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.listHosts() },
	}
	var ask exchange.PinRequest
	var until string
	pin := &cobra.Command{
		Use:     "pin ENDPOINT",
		Short:   a.text(textHostsPinShort),
		Long:    a.text(textHostsPinLong),
		Example: a.text(textHostsPinExample),
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.Endpoint = args[0]
			return a.pinHost(cmd.Context(), ask, until)
		},
	}
	pin.Flags().StringVar(&ask.Fingerprint, "fingerprint", "", a.text(textFlagFingerprint))
	pin.Flags().StringVar(&until, "until", "", a.text(textFlagUntil))
	pin.Flags().StringVar(&ask.Operator, "operator", "", a.text(textFlagOperator))
	hosts.AddCommand(ls, pin)
	return hosts
}

func (a *app) listHosts() error {
	cfg, _, err := a.configuration()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Endpoints)) {
		for _, p := range exchange.Pins(cfg.Endpoints[name], a.now()) {
			a.tellPin(p)
		}
	}
	if len(cfg.Endpoints) == 0 && !a.json {
		a.printf(textHostsNone)
	}
	return nil
}

func (a *app) tellPin(p exchange.Pin) {
	if a.json {
		a.emit(kinded[exchange.Pin]{"host_key", p})
		return
	}
	if p.State == exchange.PinMissing {
		a.printf(textHostMissing, p.Endpoint)
		return
	}
	until := a.text(textNoEnd)
	switch {
	case !p.Until.IsZero():
		until = fmt.Sprintf(a.text(textHostUntil), p.Until)
	case p.State == exchange.PinShown:
		until = "–"
	}
	a.printf(textHost, p.Endpoint, p.Algorithm, p.Fingerprint, until, a.text(textPinState[p.State]))
}

// pinHost shows what the server showed also where nothing is pinned: it is what
// has to be confirmed.
func (a *app) pinHost(ctx context.Context, ask exchange.PinRequest, until string) error {
	if until != "" {
		day, ok := strict.ParseDate(until)
		if !ok {
			return wrongArguments(textBadUntil, hintBadUntil)
		}
		ask.Until = day
	}
	if ask.Fingerprint != "" && !fingerprint.MatchString(ask.Fingerprint) {
		return wrongArguments(textBadFingerprint, hintBadFingerprint)
	}
	var result exchange.PinResult
	err := a.inHouse(ctx, func(h *exchange.House) (err error) {
		result, err = h.Pin(ctx, ask)
		return err
	})
	for _, p := range result.Shown {
		a.tellPin(p)
	}
	if err != nil {
		return err
	}
	for _, p := range result.Pinned {
		a.tellPinned(p, ask.Fingerprint != "")
	}
	cfg, _, err := a.configuration()
	if err != nil {
		return err
	}
	if len(result.Pinned) == 0 {
		a.sayf(textPinnedAlready, ask.Endpoint)
	} else {
		file := filepath.Base(cfg.File)
		a.sayf(textPinWritten, file, file+exchange.PreviousSuffix)
	}
	for _, p := range exchange.Pins(cfg.Endpoints[ask.Endpoint], a.now()) {
		if p.State != exchange.PinExpired && !slices.ContainsFunc(result.Shown, func(s exchange.Pin) bool { return s.Fingerprint == p.Fingerprint }) {
			a.sayf(textPinKept, p.Fingerprint)
		}
	}
	return nil
}

func (a *app) tellPinned(p exchange.Pin, confirmed bool) {
	if a.json {
		a.emit(kinded[pinned]{"pin", pinned{p.Endpoint, p.Algorithm, p.Fingerprint, p.Until, confirmed}})
		return
	}
	switch {
	case !confirmed:
		a.printf(textPinnedProvisional, p.Fingerprint, p.Until)
	case p.Until.IsZero():
		a.printf(textPinned, p.Fingerprint)
	default:
		a.printf(textPinnedUntil, p.Fingerprint, p.Until)
	}
}

// pinned is a key that is trusted from now on.
type pinned struct {
	Endpoint    string      `json:"endpoint"`
	Algorithm   string      `json:"algorithm"`
	Fingerprint string      `json:"fingerprint"`
	Until       config.Date `json:"until,omitzero"`
	Confirmed   bool        `json:"confirmed"` // false: provisional
}

var fingerprint = flusso.NewPattern(`^SHA256:[A-Za-z0-9+/]{43}$`)
