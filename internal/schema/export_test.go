package schema

// Update is for the tests that stand outside the package, too.
var Update = update
