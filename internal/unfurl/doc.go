// Package unfurl fetches what messages link to, from public addresses only: a
// page's title, description and picture, and pictures themselves for the image
// proxy.
//
// Anybody who can post can name an URL, so the fetcher trusts none. It speaks
// HTTP and HTTPS to ports 80 and 443 of addresses that the public internet
// routes, and looks at the address that it is about to dial, not at the name:
// what a name or a redirect leads to is judged at each connection, whatever
// another look-up said before. Bytes, time, redirects and fetches at once are
// bounded; there are no cookies, no compression and no proxies.
//
// The package starts no goroutine. A Fetcher may be used from several.
package unfurl
