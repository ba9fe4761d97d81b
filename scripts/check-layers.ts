import { checkLayers } from './layers.js';

const { modules, dependencies, violations } = await checkLayers();

for (const { rule, from, to } of violations) {
  console.error(`${rule}: ${from} → ${to}`);
}
console.log(
  `layers: ${modules} modules, ${dependencies} imports, violations: ${violations.length}`,
);

if (modules === 0 || dependencies === 0) {
  console.error('layers: no modules were read, so nothing was checked');
  process.exitCode = 1;
} else if (violations.length > 0) {
  process.exitCode = 1;
}
