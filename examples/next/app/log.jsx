'use client';
import { useEffect } from 'react';

export function Log({ topic }) {
  useEffect(() => void import('log-stream'), []);
  return <log-stream topic={topic} />;
}
