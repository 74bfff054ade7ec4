//! Trees that are put together and taken apart, and that know their roots: link-cut trees.
//!
//! Whether a message is among those above another one is asked for each reference. Walking up would
//! take as many steps as a thread is deep, for each message of a deep thread; here it takes their
//! logarithm (Sleator and Tarjan, "A Data Structure for Dynamic Trees").

use alloc::{vec, vec::Vec};

const NONE: u32 = u32::MAX;

/// Trees of numbered nodes.
#[derive(Debug)]
pub(super) struct Forest {
    /// Above in the tree.
    parents: Vec<u32>,
    /// How many are directly below.
    children: Vec<u32>,
    /// Paths are kept as splay trees, in the order from the root down.
    nodes: Vec<Node>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    up: u32,
    sides: [u32; 2],
}

impl Forest {
    /// So many nodes, none in another.
    pub(super) fn new(count: usize) -> Self {
        Self {
            parents: vec![NONE; count],
            children: vec![0; count],
            nodes: vec![Node { up: NONE, sides: [NONE; 2] }; count],
        }
    }

    pub(super) fn parent(&self, node: u32) -> Option<u32> {
        Some(self.parents[node as usize]).filter(|parent| *parent != NONE)
    }

    /// Puts a node without parent below another, unless that is below it. Says whether it did.
    pub(super) fn link(&mut self, parent: u32, child: u32) -> bool {
        let below =
            parent == child || self.children[child as usize] > 0 && self.root(parent) == child;
        if below {
            return false;
        }
        self.expose(child);
        self.nodes[child as usize].up = parent;
        self.parents[child as usize] = parent;
        self.children[parent as usize] += 1;
        true
    }

    /// Takes a node out of the one that it is in.
    pub(super) fn cut(&mut self, child: u32) {
        let Some(parent) = self.parent(child) else { return };
        self.expose(child);
        let above = self.nodes[child as usize].sides[0];
        if above != NONE {
            self.nodes[above as usize].up = NONE;
            self.nodes[child as usize].sides[0] = NONE;
        }
        self.nodes[child as usize].up = NONE;
        self.parents[child as usize] = NONE;
        self.children[parent as usize] -= 1;
    }

    fn root(&mut self, node: u32) -> u32 {
        self.expose(node);
        let mut root = node;
        while self.nodes[root as usize].sides[0] != NONE {
            root = self.nodes[root as usize].sides[0];
        }
        self.splay(root);
        root
    }

    /// Makes the path from the root to the node one splay tree, with the node on top.
    fn expose(&mut self, node: u32) {
        let mut below = NONE;
        let mut at = node;
        while at != NONE {
            self.splay(at);
            self.nodes[at as usize].sides[1] = below;
            below = at;
            at = self.nodes[at as usize].up;
        }
        self.splay(node);
    }

    /// Which side of the node above it a node is on, if they are of one path.
    fn side(&self, node: u32) -> Option<usize> {
        let up = self.nodes[node as usize].up;
        if up == NONE {
            return None;
        }
        self.nodes[up as usize].sides.iter().position(|side| *side == node)
    }

    fn splay(&mut self, node: u32) {
        while let Some(side) = self.side(node) {
            let up = self.nodes[node as usize].up;
            if let Some(upper) = self.side(up) {
                self.rotate(if upper == side { up } else { node });
            }
            self.rotate(node);
        }
    }

    fn rotate(&mut self, node: u32) {
        let Some(side) = self.side(node) else { return };
        let up = self.nodes[node as usize].up;
        let top = self.nodes[up as usize].up;
        if let Some(upper) = self.side(up) {
            self.nodes[top as usize].sides[upper] = node;
        }
        let inner = self.nodes[node as usize].sides[1 - side];
        self.nodes[up as usize].sides[side] = inner;
        if inner != NONE {
            self.nodes[inner as usize].up = up;
        }
        self.nodes[node as usize].sides[1 - side] = up;
        self.nodes[node as usize].up = top;
        self.nodes[up as usize].up = node;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    proptest! {
        /// Links and cuts give the trees that walking up gives.
        #[test]
        fn forest_matches_naive(steps in vec((0..12u32, 0..12u32, any::<bool>()), 0..200)) {
            let mut forest = Forest::new(12);
            let mut naive: [Option<u32>; 12] = [None; 12];
            for (parent, child, cut) in steps {
                if cut {
                    forest.cut(child);
                    naive[child as usize] = None;
                } else if naive[child as usize].is_none() {
                    let mut above = Some(parent);
                    while let Some(node) = above.filter(|node| *node != child) {
                        above = naive[node as usize];
                    }
                    prop_assert_eq!(forest.link(parent, child), above.is_none());
                    if above.is_none() {
                        naive[child as usize] = Some(parent);
                    }
                }
                for node in 0..12 {
                    prop_assert_eq!(forest.parent(node), naive[node as usize]);
                }
            }
        }
    }
}
