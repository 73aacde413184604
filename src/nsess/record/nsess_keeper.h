/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A codec may read a large record into a tree, some tens of times as long as
 * the record.  Of all records that share a keeper, only the one that was used
 * last has its tree; the others are read again when they are used.
 */


#ifndef _NSESS_KEEPER_H_INCLUDED_
#define _NSESS_KEEPER_H_INCLUDED_


typedef struct nsess_keeper_s  nsess_keeper_t;

/*
 * The caller fills it with zeros, sets .made and .data, and frees it after its
 * records.
 */
struct nsess_keeper_s {
    void           *tree;       /* NULL: no record has a tree */
    void          (*drop)(void *tree);
    void          (*made)(nsess_keeper_t *keeper);  /* a tree was made: the
                                                       caller is to see to
                                                       nsess_keeper_drop() */
    void           *data;       /* of .made() */
};


#pragma GCC visibility push(hidden)


/* frees the tree; its record stays open, and may be used */
void nsess_keeper_drop(nsess_keeper_t *keeper);


#pragma GCC visibility pop


#endif /* _NSESS_KEEPER_H_INCLUDED_ */
