# ruby sign.rb CHANNEL RIGHTS ISSUED EXPIRES
require "json"
require "openssl"

# Signs a topic; the first of several secrets does. Rights are any of w (append) and d (remove), times are Unix seconds.
def sign(secrets, channel, rights, issued, expires)
  is_name = channel.match?(%r{\A[A-Za-z0-9:._/@-]{1,256}\z}) && !channel.start_with?("log-stream/")
  raise ArgumentError, "This is not the name of a log." unless is_name

  claims = { c: channel, t: issued, x: expires }
  rights.each_char { |right| claims[right] = 1 }
  payload = [JSON.generate(claims)].pack("m0")
  secret = secrets.split(",").first.strip
  "#{payload}--#{OpenSSL::HMAC.hexdigest("SHA256", secret, payload)}"
end

channel, rights, issued, expires = ARGV
puts sign(ENV.fetch("LOG_STREAM_SECRET"), channel, rights, Integer(issued), Integer(expires))
