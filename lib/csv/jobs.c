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
	uint64_t voids_read; /* the next is behind so many */

	pthread_mutex_t order;
	pthread_cond_t moved;
	uint64_t taken; /* number of the batch that is taken next: those before it are sound */
	uint64_t turn;  /* number of the batch that leaves next */
	bool is_leaving;
	uint64_t voids; /* how often what had been read ahead was void */
};

struct job {
	struct jobs *jobs;
	size_t number;
	struct csv_held held;
	uint64_t batch; /* number of the one that it reads or works on */
	bool is_taken;
	uint64_t voids; /* as they were when it was read */
	pthread_t thread;
};

static bool
find_file(const char *operand, struct stat *st)
{
	int result = in_is_stdin(operand) ? fstat(STDIN_FILENO, st) : stat(operand, st);
	return result == 0 && S_ISREG(st->st_mode);
}

size_t
jobs_choose(uint64_t given, char *const *operands, size_t count, const struct csv_out *out)
{
	struct stat st = {0};
	if (given > JOBS_MAX)
		die(END_SETUP, "option --jobs: more than %d", JOBS_MAX);
	for (size_t i = 0; i == 0 || i < count; i++)
		if (!find_file(count != 0 ? operands[i] : NULL, &st))
			return 1;
	if (given != 0)
		return (size_t)given;
	if (count > 1 || st.st_size <= LARGE || compat_is_pipe(out->out.fd))
		return 1;
	size_t processors = compat_processors();
	return processors < JOBS_MAX ? processors : JOBS_MAX;
}

/* Is what this job has read, or is about to, void?  Under the lock of order. */
static bool
is_void(const struct job *job)
{
	return !job->is_taken && job->voids != job->jobs->voids;
}

/*
 * All batches before this job's own have left; its own may have, where it is writing those behind.
 * Nothing is waited for by a job that reads on behind a batch that has turned out to be void.
 */
static void
wait_for_turn(void *arg)
{
	struct job *job = arg;
	struct jobs *j = job->jobs;
	pthread_mutex_lock(&j->order);
	while (j->turn < job->batch && !is_void(job))
		pthread_cond_wait(&j->moved, &j->order);
	pthread_mutex_unlock(&j->order);
}

/* The batch that had the place of the job's before has left; false: the job's is void. */
static bool
wait_for_place(struct job *job)
{
	struct jobs *j = job->jobs;
	pthread_mutex_lock(&j->order);
	while (job->batch - j->turn >= j->places && !is_void(job))
		pthread_cond_wait(&j->moved, &j->order);
	bool result = !is_void(job);
	pthread_mutex_unlock(&j->order);
	return result;
}

/* All batches before the job's own have been taken; false: it is void. */
static bool
wait_for_taken(struct job *job)
{
	struct jobs *j = job->jobs;
	pthread_mutex_lock(&j->order);
	while (j->taken < job->batch && !is_void(job))
		pthread_cond_wait(&j->moved, &j->order);
	bool result = !is_void(job);
	pthread_mutex_unlock(&j->order);
	return result;
}

/*
 * Takes the job's batch, which is the next, where it is sound; else what has been read behind it is
 * void.
 */
static void
take(struct job *job, bool is_sound)
{
	struct jobs *j = job->jobs;
	pthread_mutex_lock(&j->order);
	job->is_taken = is_sound;
	j->taken += is_sound;
	j->voids += !is_sound;
	pthread_cond_broadcast(&j->moved);
	pthread_mutex_unlock(&j->order);
}

/* Gives the job the number of a batch.  Does it begin anew what has turned out to be void? */
static bool
begin_batch(struct job *job)
{
	struct jobs *j = job->jobs;
	pthread_mutex_lock(&j->order);
	bool is_anew = j->voids_read != j->voids;
	if (is_anew)
		j->next = j->taken;
	j->voids_read = j->voids;
	job->batch = j->next;
	job->is_taken = false;
	job->voids = j->voids;
	pthread_mutex_unlock(&j->order);
	return is_anew;
}

enum got { GOT_NOTHING, GOT_PIECE, GOT_BATCH, GOT_VOID };

/* Reads what comes next, under the lock of reading: a piece if it can be, a batch if it must. */
static enum got
read_next(struct job *job)
{
	struct jobs *j = job->jobs;
	if (j->is_over || __atomic_load_n(j->is_enough, __ATOMIC_RELAXED))
		return GOT_NOTHING;
	bool is_anew = begin_batch(job);
	if (!wait_for_place(job))
		return GOT_VOID;
	if (!is_anew && csv_read_piece(j->in, &job->held)) {
		j->next++;
		return GOT_PIECE;
	}
	if (!wait_for_taken(job))
		return GOT_VOID;
	j->is_over = csv_read_held(j->in, &job->held) == NULL;
	if (j->is_over)
		return GOT_NOTHING;
	j->next++;
	take(job, true);
	return GOT_BATCH;
}

/* Makes the piece that the job has read a batch; false: it is void. */
static bool
take_piece(struct job *job)
{
	csv_index_piece(job->jobs->in, &job->held);
	if (!wait_for_taken(job))
		return false;
	take(job, csv_take_piece(job->jobs->in, &job->held));
	return job->is_taken;
}

/* The place of the batch that the job is to work on next; NULL: there is none. */
static struct place *
next_batch(struct job *job)
{
	struct jobs *j = job->jobs;
	enum got got;
	do {
		pthread_mutex_lock(&j->reading);
		got = read_next(job);
		pthread_mutex_unlock(&j->reading);
		if (got == GOT_PIECE)
			got = take_piece(job) ? GOT_BATCH : GOT_VOID;
	} while (got == GOT_VOID);
	return got == GOT_BATCH ? &j->place[job->batch % j->places] : NULL;
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
	for (struct place *p; (p = next_batch(job)) != NULL;) {
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
