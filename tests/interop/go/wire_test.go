package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// The golden bytes and JSON (../wire) are read and written as all languages do. FACTLINE_GOLDEN names the file.
func TestGoldenMessages(t *testing.T) {
	file, err := os.Open(os.Getenv("FACTLINE_GOLDEN"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	count := 0
	for ; lines.Scan(); count++ {
		var line struct {
			Message, Wire string
			JSON          json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(line.Message))
		if err != nil {
			t.Fatal(err)
		}
		wire, err := hex.DecodeString(line.Wire)
		if err != nil {
			t.Fatal(err)
		}
		fromWire, fromJSON := kind.New().Interface(), kind.New().Interface()
		if err := proto.Unmarshal(wire, fromWire); err != nil {
			t.Errorf("%s: %v", line.Message, err)
		}
		if err := protojson.Unmarshal(line.JSON, fromJSON); err != nil {
			t.Errorf("%s: %v", line.Message, err)
		}
		for _, message := range []proto.Message{fromWire, fromJSON} {
			written, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
			if err != nil || !bytes.Equal(written, wire) {
				t.Errorf("%s: written as %x, want %x (%v)", line.Message, written, wire, err)
			}
			text, err := protojson.Marshal(message)
			if err != nil || !reflect.DeepEqual(parsed(t, text), parsed(t, line.JSON)) {
				t.Errorf("%s: written as %s, want %s (%v)", line.Message, text, line.JSON, err)
			}
		}
	}
	if err := lines.Err(); err != nil || count == 0 {
		t.Fatalf("%d lines read: %v", count, err)
	}
}

func parsed(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
