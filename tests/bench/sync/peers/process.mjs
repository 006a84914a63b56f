/**
 * Tells the benchmark that the server listens, and answers its questions about what the process uses.
 * @param {number} port
 * @param {object} [more] what else there is to tell
 */
export function serve(port, more = {}) {
  process.on('message', (question) => {
    if (question === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send?.({ cpu: (user + system) / 1000 });
    } else if (question === 'memory') {
      // As thorough as can be: what is left over from opening is nobody's cost.
      for (let i = 0; i < 3; i++) globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
      process.send?.({ memory: process.memoryUsage().rss });
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port, ...more });
}
