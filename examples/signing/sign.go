// go run sign.go CHANNEL RIGHTS ISSUED EXPIRES
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// Sign signs a topic; the first of several secrets does. Rights are any of w (append) and d (remove), times are Unix seconds.
func Sign(secrets, channel, rights string, issued, expires int64) string {
	if !regexp.MustCompile(`^[A-Za-z0-9:._/@-]{1,256}$`).MatchString(channel) || strings.HasPrefix(channel, "log-stream/") {
		panic("This is not the name of a log.")
	}
	claims := fmt.Sprintf(`{"c":%q,"t":%d,"x":%d`, channel, issued, expires)
	for _, right := range rights {
		claims += fmt.Sprintf(`,"%c":1`, right)
	}
	payload := base64.StdEncoding.EncodeToString([]byte(claims + "}"))
	mac := hmac.New(sha256.New, []byte(strings.TrimSpace(strings.Split(secrets, ",")[0])))
	mac.Write([]byte(payload))
	return fmt.Sprintf("%s--%x", payload, mac.Sum(nil))
}

func main() {
	var issued, expires int64
	fmt.Sscan(os.Args[3]+" "+os.Args[4], &issued, &expires)
	fmt.Println(Sign(os.Getenv("LOG_STREAM_SECRET"), os.Args[1], os.Args[2], issued, expires))
}
