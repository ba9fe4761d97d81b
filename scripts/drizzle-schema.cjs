// What drizzle-kit makes migrations from: the tables of the dialect, one export each. A collection that
// is added to src/domain/collections/list.ts comes with its table.
const { tables } = require(`../src/adapters/storage/${process.env.DIALECT ?? 'sqlite'}/schema.ts`);

module.exports = tables;
