#include "csv/jobs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "in.h"
#include "mem.h"
#include "msg.h"

enum {
	LARGE = 64 << 20, /* bytes of a file from which it pays to use all processors unasked */
	PLACES_A_JOB = 2  /* a job need not wait until what it has done has left */
};

/* What has become of a batch, until it leaves. */
struct place {
	struct csv_out out;
	struct buf text; /* what it has put and has not left yet */
	bool is_done;
};

struct jobs {
	jobs_work *work;
	void *shared;
	struct csv_in *in;
	struct csv_out *out;
	const bool *is_enough;
	struct place *place; /* of batch n: place[n % places] */
	size_t places;

	pthread_mutex_t reading;
	uint64_t next; /* number of the batch that is read next */
	bool is_over;

	pthread_mutex_t order;
	pthread_cond_t moved;
	uint64_t turn; /* number of the batch that leaves next */
	bool is_leaving;
};

struct job {
	struct jobs *jobs;
	size_t number;
	struct csv_held held;
	uint64_t batch; /* number of the one that it reads or works on */
	pthread_t thread;
};

static bool
is_large(const char *operand)
{
	struct stat st;
	return stat(operand, &st) == 0 && st.st_size > LARGE;
}

static bool
is_regular(const char *operand)
{
	struct stat st;
	int result = in_is_stdin(operand) ? fstat(STDIN_FILENO, &st) : stat(operand, &st);
	return result == 0 && S_ISREG(st.st_mode);
}

size_t
jobs_choose(uint64_t given, char *const *operands, size_t count, const struct csv_out *out)
{
	if (given > JOBS_MAX)
		die(END_SETUP, "option --jobs: more than %d", JOBS_MAX);
	if (given == 0 && (count != 1 || in_is_stdin(operands[0]) || !is_large(operands[0]) ||
		compat_is_pipe(out->out.fd)))
		return 1;
	for (size_t i = 0; i < count; i++)
		if (!is_regular(operands[i]))
			return 1;
	if (count == 0 && !is_regular(NULL))
		return 1;
	size_t jobs = given != 0 ? (size_t)given : compat_processors();
	return jobs < JOBS_MAX ? jobs : JOBS_MAX;
}

/*
 * All batches before this job's own have left; its own may have, where it is writing those behind.
 */
static void
wait_for_turn(void *arg)
{
	struct job *job = arg;
	struct jobs *j = job->jobs;
	pthread_mutex_lock(&j->order);
	while (j->turn < job->batch)
		pthread_cond_wait(&j->moved, &j->order);
	pthread_mutex_unlock(&j->order);
}

/* The place of a batch, once the one that had it before has left. */
static struct place *
wait_for_place(struct jobs *j, uint64_t batch)
{
	pthread_mutex_lock(&j->order);
	while (batch - j->turn >= j->places)
		pthread_cond_wait(&j->moved, &j->order);
	pthread_mutex_unlock(&j->order);
	return &j->place[batch % j->places];
}

static struct place *
read_next(struct job *job)
{
	struct jobs *j = job->jobs;
	struct place *p = NULL;
	pthread_mutex_lock(&j->reading);
	if (!j->is_over && !__atomic_load_n(j->is_enough, __ATOMIC_RELAXED)) {
		job->batch = j->next;
		p = wait_for_place(j, job->batch);
		j->is_over = csv_read_held(j->in, &job->held) == NULL;
		if (j->is_over)
			p = NULL;
		else
			j->next++;
	}
	pthread_mutex_unlock(&j->reading);
	return p;
}

static void
put(struct jobs *j, struct place *p)
{
	if (p->text.len != 0)
		out_add(&j->out->out, p->text.at, p->text.len);
	j->out->records += p->out.records;
}

/* Whoever has done the batch whose turn it is writes it, and those behind it that are done. */
static void
leave(struct jobs *j, struct place *p)
{
	pthread_mutex_lock(&j->order);
	p->is_done = true;
	while (!j->is_leaving && j->place[j->turn % j->places].is_done) {
		struct place *first = &j->place[j->turn % j->places];
		j->is_leaving = true;
		pthread_mutex_unlock(&j->order);
		put(j, first);
		pthread_mutex_lock(&j->order);
		j->is_leaving = false;
		first->is_done = false;
		j->turn++;
		pthread_cond_broadcast(&j->moved);
	}
	pthread_mutex_unlock(&j->order);
}

static void *
run(void *arg)
{
	struct job *job = arg;
	struct jobs *j = job->jobs;
	msg_set_turn(wait_for_turn, job);
	for (struct place *p; (p = read_next(job)) != NULL;) {
		p->text.len = 0;
		p->out.records = 0;
		j->work(j->shared, job->number, &job->held.batch, &p->out);
		out_flush(&p->out.out);
		leave(j, p);
	}
	msg_set_turn(NULL, NULL);
	return NULL;
}

/*
 * What is much leaves before all of it is there: a record may be joined with any number of others.
 */
static void
start_place(struct jobs *j, struct place *p)
{
	csv_out_memory(&p->out, j->out, &p->text);
	p->out.out.behind = &j->out->out;
}

static void
must_start(int error)
{
	if (error != 0)
		die(END_SETUP, "option --jobs: a thread cannot be started: %s", strerror(error));
}

static void
run_several(size_t jobs, struct jobs *j)
{
	struct job *job = xcalloc(jobs, sizeof *job);
	j->places = jobs * PLACES_A_JOB;
	j->place = xcalloc(j->places, sizeof *j->place);
	for (size_t i = 0; i < j->places; i++)
		start_place(j, &j->place[i]);
	for (size_t i = 0; i < jobs; i++)
		job[i] = (struct job){.jobs = j, .number = i};
	must_start(msg_watch());
	for (size_t i = 1; i < jobs; i++)
		must_start(pthread_create(&job[i].thread, NULL, run, &job[i]));
	run(&job[0]);
	for (size_t i = 1; i < jobs; i++)
		pthread_join(job[i].thread, NULL);
	msg_watch_end();
	csv_hold_none(j->in);
	for (size_t i = 0; i < jobs; i++)
		csv_held_clear(&job[i].held);
	for (size_t i = 0; i < j->places; i++) {
		csv_out_memory_clear(&j->place[i].out);
		buf_clear(&j->place[i].text);
	}
	free(j->place);
	free(job);
}

void
jobs_run(size_t jobs, jobs_work *work, void *shared, struct csv_in *in, struct csv_out *out)
{
	static const bool never = false;
	jobs_run_until(jobs, work, shared, in, out, &never);
}

void
jobs_run_until(size_t jobs, jobs_work *work, void *shared, struct csv_in *in, struct csv_out *out,
	const bool *is_enough)
{
	if (jobs > 1) {
		run_several(jobs, &(struct jobs){
			.work = work,
			.shared = shared,
			.in = in,
			.out = out,
			.is_enough = is_enough,
			.reading = PTHREAD_MUTEX_INITIALIZER,
			.order = PTHREAD_MUTEX_INITIALIZER,
			.moved = PTHREAD_COND_INITIALIZER,
		});
		return;
	}
	csv_flush_before_wait(in, out);
	for (const struct batch *b; !*is_enough && (b = csv_read(in)) != NULL;)
		work(shared, 0, b, out);
}
