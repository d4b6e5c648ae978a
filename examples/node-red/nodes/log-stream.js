// A log server in the HTTP server of Node-RED. Flows have it as global.get('logs').
const { randomBytes } = require('node:crypto');

module.exports = async ({ server, settings }) => {
  const { createLogServer, openStore } = await import('log-stream/server');
  const secrets = process.env.LOG_STREAM_SECRET ?? randomBytes(32);
  const logs = createLogServer({ store: await openStore('memory:'), secrets });
  logs.attach(server);
  settings.functionGlobalContext.logs = logs;
};
