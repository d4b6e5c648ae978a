'use client';
import { useEffect, useState } from 'react';
import 'log-stream';

export default function Page() {
  const [topic, setTopic] = useState();
  useEffect(() => setTopic(new URLSearchParams(location.search).get('topic')), []);
  return topic && <log-stream topic={topic} />;
}
