export default {
  rewrites: () => [{ source: '/log-stream/:path*', destination: 'http://127.0.0.1:8787/log-stream/:path*' }],
};
