// A process that appends two events and is killed where its failpoints say: node append.fixture.ts DATABASE-URL SPEC
import { armFailpoints } from "../failpoints.ts";
import { connectStore } from "../store/open-store.ts";
import { PostgresEventLog } from "./postgres-event-log.ts";

const [url = "", spec] = process.argv.slice(2);
armFailpoints(spec);
const store = await connectStore(url, { applicationName: "append fixture" });
const log = new PostgresEventLog(store);
const events = ["one", "two"].map((id) => ({ id, type: "x", at: 0, data: null }));
const result = await log.append("a", "any", events);
await store.close();
process.stdout.write(JSON.stringify(result));
