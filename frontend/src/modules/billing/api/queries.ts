/** Keys of what is remembered about the subscription. */
import { queryOptions } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { fetchCatalogue, fetchInvoices, fetchPeople, fetchStatus } from "./subscription";

export const statusQuery = (slug: string) => queryOptions({ queryKey: keyOf(slug, "billing.subscription", "status"), queryFn: () => fetchStatus(), staleTime: 60_000 });
export const catalogueQuery = (slug: string) => queryOptions({ queryKey: keyOf(slug, "billing.subscription", "catalogue"), queryFn: fetchCatalogue, staleTime: 600_000 });
export const invoicesQuery = (slug: string) => queryOptions({ queryKey: keyOf(slug, "billing.subscription", "invoices"), queryFn: fetchInvoices });
export const peopleQuery = (slug: string) => queryOptions({ queryKey: keyOf(slug, "billing.subscription", "people"), queryFn: fetchPeople });
