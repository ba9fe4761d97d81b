// The same property as for the project's own collections: here, records also belong to tasks.
import '../unit/application/copying/copying-property.test.js';
