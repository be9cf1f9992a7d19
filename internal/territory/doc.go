// Package territory makes the reference tables that stand beside a recipient's
// releases: how many people live where (the denominators), which comuni there are
// and were (so that years can be compared), and which Enti sent data of what (so
// that nobody having a benefit can be told from nothing having been sent).
//
// All but the last is public statistics. The last is counted from flows: it tells no
// number, and of an Ente with fewer than k persons no more than that there are few
// or none.
//
// Tables are small and held in memory: some hundred lines for each comune and year.
package territory
