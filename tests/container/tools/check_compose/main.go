// check_compose loads compose files as Docker Compose does: schema, interpolation, merging, and that what services name
// is there. Prints what is wrong and ends with 1, or prints the services.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:])
	if err == nil {
		project, loadErr := options.LoadProject(context.Background())
		if err = loadErr; err == nil {
			fmt.Println(project.Name, strings.Join(project.ServiceNames(), " "))
			return
		}
	}
	fmt.Fprintln(os.Stderr, "check_compose:", err)
	os.Exit(1)
}
