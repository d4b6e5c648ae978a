// java Sign.java CHANNEL RIGHTS ISSUED EXPIRES
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Sign {
    /** Signs a topic; the first of several secrets does. Rights are any of w (append) and d (remove), times are Unix seconds. */
    public static String sign(String secrets, String channel, String rights, long issued, long expires) throws Exception {
        if (!channel.matches("[A-Za-z0-9:._/@-]{1,256}") || channel.startsWith("log-stream/"))
            throw new IllegalArgumentException("This is not the name of a log.");
        var claims = new StringBuilder(String.format("{\"c\":\"%s\",\"t\":%d,\"x\":%d", channel, issued, expires));
        for (char right : rights.toCharArray()) claims.append(",\"").append(right).append("\":1");
        var payload = Base64.getEncoder().encodeToString(claims.append('}').toString().getBytes(UTF_8));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secrets.split(",")[0].trim().getBytes(UTF_8), "HmacSHA256"));
        var topic = new StringBuilder(payload).append("--");
        for (byte one : mac.doFinal(payload.getBytes(UTF_8))) topic.append(String.format("%02x", one));
        return topic.toString();
    }

    public static void main(String[] args) throws Exception {
        var secrets = System.getenv("LOG_STREAM_SECRET");
        System.out.println(sign(secrets, args[0], args[1], Long.parseLong(args[2]), Long.parseLong(args[3])));
    }
}
