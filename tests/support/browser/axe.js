// Answers with what axe finds wrong, in words. Arguments: what to run, the least of impacts that count.
const [rules, impacts, done] = arguments;
const moves = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
Promise.allSettled(moves.map((one) => one.finished))
  .then(() => window.axe.run(document, { runOnly: rules, resultTypes: ['violations'] }))
  .then(({ violations }) => done(violations.filter((one) => impacts.includes(one.impact)).flatMap((one) =>
    one.nodes.map((node) => `${one.impact} ${one.id}: ${one.help}\n    at ${node.target.join(' > ')}\n    ${
      node.html.slice(0, 200)}\n    ${(node.failureSummary ?? '').replace(/\s*\n\s*/g, ' ')}`))))
  .catch((failure) => done([`axe itself failed: ${failure}`]));
