#include "join/unpaired.h"

#include <unistd.h>

#include "file.h"
#include "in.h"
#include "msg.h"

void
unpaired_check(const char *file, const char *option, char *const *operands, size_t count,
	const char *output)
{
	if (file == NULL)
		return;
	if (*file == '\0')
		die(END_SETUP, "option %s: '' is no file", option);
	for (size_t i = 0; i < count; i++)
		if (in_is_stdin(operands[i]) ? file_has_open(file, STDIN_FILENO)
					     : file_is_same(file, operands[i]))
			die(END_SETUP, "%s: input and %s are the same file", file, option);
	if (output != NULL ? file_is_same(file, output) : file_has_open(file, STDOUT_FILENO))
		die(END_SETUP, "%s: output and %s are the same file", file, option);
}

void
unpaired_check_both(const char *left, const char *right)
{
	if (left != NULL && right != NULL && file_is_same(left, right))
		die(END_SETUP, "%s: --unpaired-left and --unpaired-right are the same file", left);
}

void
unpaired_open(struct unpaired *u, const char *file, const struct csv_how *like)
{
	*u = (struct unpaired){.how = *like, .is_open = file != NULL};
	if (file == NULL)
		return;
	u->how.output = file;
	csv_out_open(&u->out, &u->how);
	u->out.stage->is_beside = true;
}

void
unpaired_start(struct unpaired *u, const struct csv_in *in)
{
	if (!u->is_open)
		return;
	u->out.columns = csv_header(in)->count;
	csv_put_header(&u->out, csv_header_row(in));
}

void
unpaired_flush(struct unpaired *u)
{
	if (u->is_open)
		out_flush(&u->out.out);
}

void
unpaired_finish(struct unpaired *u)
{
	if (u->is_open)
		csv_finish(&u->out, NULL);
}
