/* Values out of a JSON text: the kernel. */
#include "expr/json-path.h"
#include "expr/kernel.h"
#include "mem.h"

/* What stands at the place is shown, as far as messages go. */
static void
put_fault(struct call *c, size_t row, const struct json_text *t, struct slice text)
{
	struct buf why = {0};
	struct slice rest = {t->at, (size_t)(t->stop - t->at)};
	buf_format(&why, "not JSON: byte %zu: %s", (size_t)(t->at - text.at) + 1, t->reason);
	call_fault(c, row, arena_keep(&c->e->arena, why.at, why.len),
		rest.len != 0 ? rest : no_culprit);
	buf_clear(&why);
}

static struct slice
unescape(struct call *c, struct slice raw)
{
	return call_use(c, json_unescape(raw, call_room(c, raw.len)));
}

void
json_value(struct call *c)
{
	const struct json_path *path = c->arg[1]->path[0];
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		struct slice raw = no_text;
		struct json_text t = json_text(s);
		enum json_found found =
			s.len == 0 ? JSON_MISSING : json_path_find(path, &t, &raw);
		c->out->text[row] =
			found == JSON_MISSING || found == JSON_MALFORMED ? no_text : raw;
		if (found == JSON_STRING_ESCAPED)
			c->out->text[row] = unescape(c, raw);
		if (found == JSON_MALFORMED)
			put_fault(c, row, &t, s);
	}
}
