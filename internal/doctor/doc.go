// Package doctor looks at a server from outside, whether it runs or not, and says
// what is wrong or will be, each with its remedy: settings, the data folder and its
// disk, the database, the clock, ports, certificates, the other nodes, mail, backups.
//
// It changes nothing but for a file that it writes into the data folder to measure
// the disk, and removes. It asks over the network only where the settings point:
// the public URL, the mail server, the bucket, etcd, the database. Each look has a deadline. The
// package starts no goroutine.
package doctor
