import { VenueUnavailable } from "@alphaforge/desk/venues/venue-error";
import type { VenuePlugin } from "@alphaforge/desk/venues/venue-plugin";
import { expect, test } from "vitest";
import { tellingDatabaseTrouble } from "../src/compose/database-trouble.ts";
import { openVenue } from "../src/compose/venue.ts";

const refused = (): Error =>
  Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED", syscall: "connect" });

const reef = (failure: Error): Promise<readonly VenuePlugin[]> =>
  Promise.resolve([
    {
      kind: "venue",
      name: "reef",
      async open() {
        throw failure;
      },
    },
  ]);

const options = { settings: {}, clock: { now: () => 0 } };
const inDesk = <T>(work: () => Promise<T>): Promise<T> => tellingDatabaseTrouble("the database of desk shore", work);

test("a venue that refuses connections is not taken for a database that does", async () => {
  await expect(inDesk(() => openVenue("reef", options, {}, reef(refused())))).rejects.toThrow(
    /^venue reef: connect ECONNREFUSED/,
  );
  const unavailable = new VenueUnavailable("reef: no answer", { cause: refused() });
  await expect(inDesk(() => Promise.reject(unavailable))).rejects.toBe(unavailable);
  await expect(inDesk(() => Promise.reject(refused()))).rejects.toThrow(/^the database of desk shore went away/);
});

test("a venue's own words stand as they are when they name it; an unknown name gets a suggestion", async () => {
  const failure = new Error("reef venue: give settings baseUrl");
  await expect(openVenue("reef", options, {}, reef(failure))).rejects.toThrow(/^reef venue: give settings baseUrl$/);
  await expect(openVenue("reeef", options, {}, reef(failure))).rejects.toThrow(/"reeef": did you mean reef\?/);
});
