import 'log-stream';

document.querySelector('log-stream').topic = new URLSearchParams(location.search).get('topic');
