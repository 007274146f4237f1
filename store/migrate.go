package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"slices"
)

// migrations are applied in the order of their names, each once, ever. Only
// add files: a database that was made by the ones here is out there.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up to date. The file's user_version is how many
// migrations it has seen.
func migrate(ctx context.Context, conn *sql.Conn) error {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		return err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	slices.Sort(names)
	var version int
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if version > len(names) {
		return fmt.Errorf("its schema is of version %d and this hotline knows %d: start the newer hotline, or move the file away", version, len(names))
	}
	for i := version; i < len(names); i++ {
		text, err := migrations.ReadFile("migrations/" + names[i])
		if err != nil {
			return err
		}
		script := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA user_version = %d;\nCOMMIT;", text, i+1)
		if _, err := conn.ExecContext(ctx, script); err != nil {
			_, _ = conn.ExecContext(ctx, "ROLLBACK") // none is open if BEGIN or COMMIT failed
			return fmt.Errorf("migration %s: %w", names[i], err)
		}
	}
	return nil
}
