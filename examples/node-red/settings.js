module.exports = {
  flowFile: 'flows.json',
  uiHost: '127.0.0.1',
  uiPort: process.env.PORT ?? 1880,
  functionGlobalContext: {},
};
