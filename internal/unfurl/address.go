package unfurl

import (
	"errors"
	"net/netip"
	"syscall"
)

var errAddress = errors.New("the address is not a public one")

// apart are the ranges inside those that are routed which the internet is not
// behind: shared and benchmark networks, documentation, what carries IPv4
// addresses inside IPv6 ones, and what a cloud keeps for its own machines.
var apart = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),    // behind a carrier's NAT
	netip.MustParsePrefix("168.63.129.16/32"), // Azure's services for the machine itself
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), // relays of 6to4
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("2001::/23"), // Teredo and other tunnels
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // 6to4
	netip.MustParsePrefix("3fff::/20"),
}

// routed holds the only IPv6 addresses that are public; NAT64's, the mapped and
// the local ones are all outside of it.
var routed = netip.MustParsePrefix("2000::/3")

// public tells whether the internet routes the address.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() || a.Is6() && !routed.Contains(a) {
		return false
	}
	for _, p := range apart {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// control is called with each address that is about to be dialled, after the
// name was looked up.
func (f *Fetcher) control(network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return errAddress
	}
	if f.also != nil && f.also(to) {
		return nil
	}
	if !public(to.Addr()) || to.Port() != 80 && to.Port() != 443 {
		return errAddress
	}
	return nil
}
